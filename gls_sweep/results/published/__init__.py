"""Published tables, a YAML file each with its source, and what reads them."""

from gls_sweep.results.published.tables import Published, PublishedNumber, list_published, load_published

__all__ = ["Published", "PublishedNumber", "list_published", "load_published"]
