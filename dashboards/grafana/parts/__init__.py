"""What boards are made of: queries, panels, variables, links, colours."""
