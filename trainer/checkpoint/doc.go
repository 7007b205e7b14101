// Package checkpoint keeps the checkpoints of a run in files. A run resumed from one
// continues with the same bits as an uninterrupted run.
//
// Files use the safetensors format with the parameters' own names, so other programs
// can load them as models. See [trainer.Checkpoint] for the contents.
package checkpoint
