"""The perfect planner: it knows the page, and answers as a model would. It measures eyes and hands, which lose what it
does not get."""
