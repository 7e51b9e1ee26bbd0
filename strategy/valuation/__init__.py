"""What a contact is worth, what it costs, and how likely it brings a complaint. All assumed."""
