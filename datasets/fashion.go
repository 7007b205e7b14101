package datasets

import (
	"context"
	"net/http"
)

// FashionOptions specify where [FashionMNIST] and [MNIST] look and where their messages
// go. The zero value looks everywhere.
type FashionOptions struct {
	// Dir is the directory that holds the four files, named as in the set's
	// repository, with .gz or decompressed. If it is set, nothing else is
	// tried: no download and no fallback.
	Dir string

	Cache string // directory for downloads; if empty, descent/fashion-mnist or descent/mnist in [os.UserCacheDir]

	// Mirrors are the addresses to download from, in order, each with the four files
	// below it. If nil, they are the known mirrors. If empty but not nil, nothing is
	// downloaded.
	Mirrors []string

	Client *http.Client // if nil, one like [http.DefaultClient]

	// Progress, if not nil, is called as a download advances, from the
	// goroutine that called the function.
	Progress func(Progress)

	// Notice is called with each one-line message for the user, such as when a
	// download begins or a damaged file is skipped. If nil, the messages go to
	// standard error.
	Notice func(line string)

	// Fallback provides other images if the set is not found. If nil, that is an
	// error. See package descent/datasets/sample.
	Fallback func() (train, test *Images, err error)
}

// Progress is the progress of the download of one file.
type Progress struct {
	File  string // its name
	URL   string // where it comes from
	Done  int64  // bytes, including those of an earlier attempt
	Total int64  // bytes, or -1 if the server does not say
}

// FashionMNIST returns the Fashion-MNIST set of Xiao, Rasul and Vollgraf (2017,
// MIT license): 60,000 training and 10,000 test images of clothing, 28 × 28
// gray values, in ten classes. The shape of an input is [1 28 28]. Both parts
// together use 55 MB of memory.
//
// FashionMNIST reads it from FashionOptions.Dir if that is set. Otherwise it
// tries the user's cache, then /usr/share/datasets/fashion-mnist, where Debian's
// package dataset-fashion-mnist puts it, then a download into the cache (30 MB),
// and then FashionOptions.Fallback. [Images].Source says which one was used.
//
// Every file is verified by the SHA-256 sum of its decompressed bytes. A
// download has 5 seconds to connect to each mirror and 10 seconds for all. It
// resumes where an earlier one stopped. A file gets its final name only after it
// is verified, so several processes may download at once. If a mirror cannot be
// reached, or sends less than 8 KiB a second for 30 seconds, the next one is tried.
//
// It is an error if Dir lacks a file or has a damaged one, if nothing is found
// and there is no fallback, or if ctx ends, which never uses the fallback.
func FashionMNIST(ctx context.Context, o FashionOptions) (train, test *Images, err error) {
	return find(ctx, fashion(), o)
}

// fashion has the mirrors named by zalandoresearch/fashion-mnist, and its own copy
// of the files.
func fashion() known {
	return known{
		function: "FashionMNIST",
		title:    "Fashion-MNIST",
		folder:   "fashion-mnist",
		system:   "/usr/share/datasets/fashion-mnist",
		size:     "30 MB",
		advice:   "for the full set install Debian's package dataset-fashion-mnist, or get the four files and name their directory (FashionOptions.Dir; -data DIR)",
		files: []knownFile{
			{"train-images-idx3-ubyte", []int{60000, 28, 28}, "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888"},
			{"train-labels-idx1-ubyte", []int{60000}, "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9"},
			{"t10k-images-idx3-ubyte", []int{10000, 28, 28}, "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b"},
			{"t10k-labels-idx1-ubyte", []int{10000}, "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34"},
		},
		mirrors: []string{
			"http://fashion-mnist.s3-website.eu-central-1.amazonaws.com",
			"https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion",
		},
		classes: FashionClasses(),
	}
}

// FashionClasses returns the names of the classes of [FashionMNIST], in the order
// of the labels.
func FashionClasses() []string {
	return []string{
		"T-shirt/top", "Trouser", "Pullover", "Dress", "Coat",
		"Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot",
	}
}
