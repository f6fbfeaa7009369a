"""One module for each family of tasks. Whatever stands here is found by itself."""
