package datasets

import "context"

// MNISTOptions are the options of [MNIST], the same as those of [FashionMNIST].
type MNISTOptions = FashionOptions

// MNIST returns the MNIST set of LeCun, Cortes and Burges (1998): 60,000 training and
// 10,000 test images of handwritten digits, 28 × 28 gray values, in ten classes.
// The shape of an input is [1 28 28]. Both parts together use 55 MB of memory.
//
// It is found, verified and downloaded (12 MB) like [FashionMNIST], except that no
// operating system package is tried.
func MNIST(ctx context.Context, o MNISTOptions) (train, test *Images, err error) {
	return find(ctx, mnist(), o)
}

// mnist has the mirrors of torchvision and of cvdfoundation/mnist: the authors' own
// host no longer answers.
func mnist() known {
	return known{
		function: "MNIST",
		title:    "MNIST",
		folder:   "mnist",
		size:     "12 MB",
		advice:   "get the four files and name their directory (MNISTOptions.Dir)",
		files: []knownFile{
			{"train-images-idx3-ubyte", []int{60000, 28, 28}, "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"},
			{"train-labels-idx1-ubyte", []int{60000}, "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"},
			{"t10k-images-idx3-ubyte", []int{10000, 28, 28}, "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"},
			{"t10k-labels-idx1-ubyte", []int{10000}, "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"},
		},
		mirrors: []string{
			"https://ossci-datasets.s3.amazonaws.com/mnist",
			"https://storage.googleapis.com/cvdf-datasets/mnist",
		},
		classes: []string{"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"},
	}
}
