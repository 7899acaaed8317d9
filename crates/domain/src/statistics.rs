//! 统计: figures of regulations §8 over what the other stages have recorded. Last of the stages; writes nothing.
