"""How the site is found and shared: heads of pages, cards, structured data, sitemap and search."""
