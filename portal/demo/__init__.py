"""The demo: content, mailbox and its one command. Stands above the apps; only URLs and settings name it."""
