//! Joins the mind to the world: the loop, the worker, health.
