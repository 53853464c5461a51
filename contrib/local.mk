EXTRA_DIST += contrib/STYLE.md
