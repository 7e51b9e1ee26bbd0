"""Rules as tables, one a row, in CSV and Excel. Pure: text or bytes to the tree that YAML gives."""
