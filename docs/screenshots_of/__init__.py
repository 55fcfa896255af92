"""What docs/take_screenshots.py takes pictures of, and how it puts them on sheets."""
