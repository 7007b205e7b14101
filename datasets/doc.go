// Package datasets finds, reads and deals out the data that models learn
// from.
//
// A [Dataset] is a collection of examples: the ready ones are
// [FashionMNIST], [Airfoil] and [Linear]; [FromSlices] makes one of slices,
// [ReadIDX] and [ReadCSV] read files, [Subset] and [Split] take parts, and a
// type of your own with three methods is as good as any. A [Loader] deals it
// out in batches, shuffled anew in every epoch, and prepares the next batch
// while the model works on the last.
//
// Images stay bytes in memory and are converted batch by batch.
package datasets
