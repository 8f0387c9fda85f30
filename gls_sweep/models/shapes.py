"""Checks of a dataset's input shape against what a model can take."""

from gls_sweep.errors import UserError


def image_shape(model: str, input_shape: tuple[int, ...], smallest: int = 1) -> tuple[int, int, int]:
    """Return ``(C, H, W)`` of a model's images.

    Parameters
    ----------
    model : str
        Name for the message.
    input_shape : tuple of int
        Shape of one input of the dataset.
    smallest : int
        Least height and width, in pixels.

    Raises
    ------
    UserError
        If the inputs are not images, or the images are smaller than `smallest`.
    """
    if len(input_shape) != 3:
        raise UserError(
            f"model = {model}: needs images [C, H, W], but the dataset's inputs have shape {list(input_shape)}; "
            "choose model=mlp for features"
        )
    channels, height, width = input_shape
    if min(height, width) < smallest:
        raise UserError(
            f"model = {model}: needs images of at least {smallest}x{smallest} pixels, but the dataset's are "
            f"{height}x{width}; choose model=cnn_small (8x8 and up) or model=mlp"
        )
    return channels, height, width
