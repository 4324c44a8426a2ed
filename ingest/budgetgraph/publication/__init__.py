"""Publication: sources are read by workers, here or on a Dask cluster, and become what a release holds."""
