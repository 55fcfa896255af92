"""Events: what people come to, how they get a place, and what we tell them until it is over."""
