"""Figures for which the trained networks are asked again, one file a kind."""
