"""The Hydra groups, shipped as the package `gls_sweep.conf`."""
