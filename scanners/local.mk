# Pure: a scanner's reports -> a scan; a verdict -> the bytes that make it beep.
EXTRA_DIST += scanners/README.md
