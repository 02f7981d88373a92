// SPDX-License-Identifier: MIT OR Apache-2.0
//! A short sequence that is stored in place.

/// At most `N` items.
#[derive(Clone, Copy, Debug)]
pub(super) struct Inline<T, const N: usize> {
    items: [T; N],
    len: usize,
}

impl<T: Copy, const N: usize> Inline<T, N> {
    /// No items. `unused` is what the unused ones contain.
    pub(super) const fn empty(unused: T) -> Inline<T, N> {
        Inline { items: [unused; N], len: 0 }
    }

    /// Appends an item; false when there are `N` already.
    pub(super) fn push(&mut self, item: T) -> bool {
        match self.items.get_mut(self.len) {
            Some(slot) => {
                *slot = item;
                self.len += 1;
                true
            }
            None => false,
        }
    }

    /// Replaces the items by the first `N` of `items`.
    pub(super) fn set(&mut self, items: &[T]) {
        self.len = items.len().min(N);
        for (to, from) in self.items.iter_mut().zip(items) {
            *to = *from;
        }
    }

    /// Returns the items.
    pub(super) fn as_slice(&self) -> &[T] {
        self.items.get(..self.len).unwrap_or(&[])
    }
}

#[cfg(test)]
mod tests {
    use super::Inline;

    #[test]
    fn what_does_not_fit_is_left_out() {
        let mut inline = Inline::<u8, 3>::empty(0);
        assert_eq!(inline.as_slice(), []);
        inline.set(&[1, 2]);
        assert!(inline.push(3) && !inline.push(4));
        assert_eq!(inline.as_slice(), [1, 2, 3]);
        inline.set(&[5, 6, 7, 8]);
        assert_eq!(inline.as_slice(), [5, 6, 7]);
        inline.set(&[]);
        assert_eq!(inline.as_slice(), []);
    }
}
