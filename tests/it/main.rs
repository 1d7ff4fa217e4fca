//! Tests from outside: of the library's public face, and of the program as its user sees it.

mod bad_input;
mod columns;
mod explain;
mod inspect;
mod metrics;
mod score;
mod support;
