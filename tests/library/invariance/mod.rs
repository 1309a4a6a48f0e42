//! What must not change anything: how an input is cut into windows, split into files, compressed, ordered, or shared
//! out to threads. And what must hold for any bytes at all: no panic, and every byte accounted for.

mod captures;
mod files;
mod framing;
mod order;
mod transport;
