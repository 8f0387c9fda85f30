"""Worker processes that look at cells, train packs and record them."""
