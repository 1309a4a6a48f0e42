//! What is done with everything that is read, one item after another: the shape that all passes have.

/// A pass over items, on several threads: over the blocks of an input, or over its calls. What it makes of each item
/// comes to the caller in the order of the items.
pub trait Pass: Sync {
    /// What is worked on.
    type Item: Default + Send;
    /// What a thread keeps from one item to the next.
    type State: Send;
    /// What is made of one item. It comes back to [`Pass::work`] as the caller left it.
    type Output: Default + Send;

    /// What a thread begins with.
    fn state(&self) -> Self::State;

    /// Makes something of an item.
    fn work(&self, state: &mut Self::State, item: &Self::Item, output: &mut Self::Output);
}
