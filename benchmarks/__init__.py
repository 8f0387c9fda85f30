"""What the speed of this package is measured with; none of it is needed to use it."""
