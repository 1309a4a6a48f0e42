//! What is done with everything that is read, one block after another: the shape that all passes have.

use super::block::Block;

/// A pass over the blocks of an input, on several threads. What it makes of each block comes to the caller in the order
/// of the blocks.
pub trait Pass: Sync {
    /// What a thread keeps from one block to the next.
    type State: Send;
    /// What is made of one block. It comes back to [`Pass::work`] as the caller left it.
    type Output: Default + Send;

    /// What a thread begins with.
    fn state(&self) -> Self::State;

    /// Makes something of a block.
    fn work(&self, state: &mut Self::State, block: &Block, output: &mut Self::Output);
}
