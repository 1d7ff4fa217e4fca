//! Disguises texts, to measure what a model then misses.
//!
//! ```sh
//! cargo run --release --example disguise -- 0.3 1 emoji leet < texts.jsonl
//! ```
//!
//! Reads a JSON string a line, writes the same in disguise: strength, seed, then names of [`Mutator`]s, applied together.

use std::{
    error::Error,
    io::{self, BufRead, Write},
};

use lurewatch::{
    mutate::{Mutator, compose},
    random::Random,
};

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [strength, seed, names @ ..] = &args[..] else {
        return Err("strength, seed and names of mutators are wanted".into());
    };
    let find = |name: &String| Mutator::ALL.into_iter().find(|mutator| mutator.name() == name);
    let mutators: Option<Vec<Mutator>> = names.iter().map(find).collect();
    let mutators = mutators.ok_or("the names are those of Mutator::ALL")?;
    let (strength, mut random) = (strength.parse()?, Random::new(seed.parse()?));
    let mut output = io::stdout().lock();
    for line in io::stdin().lock().lines() {
        let text: String = serde_json::from_str(&line?)?;
        writeln!(output, "{}", serde_json::to_string(&compose(&mutators, &text, strength, &mut random))?)?;
    }
    Ok(())
}
