"""How much a page holds, so that it stays under 5 MB and opens at once; what is left out it says."""

CELLS = 2000
"""Rows of the table of cells, and cells with training curves."""

POINTS = 60
"""Epochs of a training curve."""

GROUPS = 20
"""Groups of cells with a heat map of their own."""

PICTURES = 2_400_000
"""Bytes of figures that lie in the sweep's folder; a page holds them as text, a third larger."""

FIGURES = 4
"""Groups with a figure: each takes a second to draw and 100 kB."""

ENTRIES = 3000
"""Entries of all heat maps of one policy."""

SENTENCES = 16
"""Sentences that are read at once; the others unfold."""
