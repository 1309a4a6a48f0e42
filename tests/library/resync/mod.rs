//! After damage the reader finds its way again: a dump of 1,000 requests with 100 places damaged, in each of more than
//! twenty ways, still gives every record that was left alone, where it stands and as it was, and nothing that was
//! never sent. In JSON Lines a damaged line costs only itself.

mod damage;
mod dump;
mod http;
mod lines;
