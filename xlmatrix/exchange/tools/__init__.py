"""What each ticket and paging tool writes: a module a tool, declared as data where it can be."""
