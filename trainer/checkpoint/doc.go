// Package checkpoint keeps the checkpoints of a run in files, from which it
// continues with the bits that it would have had without the interruption.
//
// A file is in the safetensors format: the parameters have their own names, so
// that other programs can load it as a model. See [trainer.Checkpoint] for what
// is in it.
package checkpoint
