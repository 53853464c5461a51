EXTRA_DIST += schema/README.md
