"""Rules as sentences in English and Chinese. Pure: text to the tree that YAML gives, and back."""
