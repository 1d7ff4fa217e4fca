//! Something about every character, worked out page by page as characters are met.

use std::sync::OnceLock;

/// Characters of a page.
const PAGE: usize = 256;

/// The pages up to U+1FFFF; what lies behind is worked out each time.
const MOST: usize = 0x2_0000 / PAGE;

/// What a rule says of characters, remembered for all threads.
pub(super) struct Pages<T> {
    rule: fn(char) -> T,
    pages: [OnceLock<Box<[T; PAGE]>>; MOST],
}

impl<T: Copy> Pages<T> {
    pub(super) const fn new(rule: fn(char) -> T) -> Self {
        Self { rule, pages: [const { OnceLock::new() }; MOST] }
    }

    /// What the rule says of `c`.
    #[inline]
    pub(super) fn get(&self, c: char) -> T {
        let code = c as usize;
        match self.pages.get(code / PAGE) {
            Some(page) => page.get_or_init(|| self.fill(code / PAGE))[code % PAGE],
            None => (self.rule)(c),
        }
    }

    // Pages are kept boxed.
    #[allow(clippy::unnecessary_box_returns)]
    #[cold]
    fn fill(&self, page: usize) -> Box<[T; PAGE]> {
        // Surrogates are no characters, and nobody asks for them.
        let character = |low| char::from_u32((page * PAGE + low) as u32).unwrap_or('\0');
        Box::new(std::array::from_fn(|low| (self.rule)(character(low))))
    }
}
