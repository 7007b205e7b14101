// Package datasets finds, reads and serves the data that models learn from.
//
// A [Dataset] is a collection of examples. [FashionMNIST], [MNIST], [Airfoil] and
// [Linear] are built in. [FromSlices] makes one from slices; [ReadIDX], [ReadCSV],
// [ReadText] and [CIFAR10] read files; [Subset], [Split] and [Folds] select parts.
// Any type with three methods is a Dataset. An [EpochGatherer], such as [Augment],
// changes its examples from epoch to epoch. A [Loader] serves a dataset in batches,
// shuffled anew in every epoch, and prepares the next batch while the model works
// on the last. Images stay bytes in memory and are converted batch by batch.
package datasets
