"""Packs as jobs of a cluster: submitted, watched, joined."""
