"""Reading programmes: phases, people, pairs with their sessions, figures."""
