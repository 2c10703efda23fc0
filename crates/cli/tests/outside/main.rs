//! The box and the world outside: who is told of a turn, who may command it,
//! and what it learns from Home Assistant.

mod import;
mod mosquitto;
mod server;
mod station;
