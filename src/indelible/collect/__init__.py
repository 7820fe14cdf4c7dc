"""Sources that tell what was found: exports of Telegram Desktop, folders of media, single files."""
