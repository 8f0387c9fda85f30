"""Figures of a table, one file a kind: matplotlib, legible in print and for the colour-blind."""
