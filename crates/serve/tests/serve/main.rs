//! The services from outside: small clients speak with them over sockets, and a
//! script takes the place of the assistant.

mod announce;
mod client;
mod faults;
mod fuzz;
mod openapi;
mod owner;
mod peripherals;
mod screen;
mod script;
mod web;
mod wyoming;
