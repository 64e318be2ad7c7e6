"""The edge to the shell: options become values, plain functions are called, results are shown."""
