"""Plans a sweep's cells, skips the done, groups the rest into packs, runs them, records them."""
