"""What pages share: language, address, messages, maps and downloads."""
