package datasets

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"descent/internal/prefix"
)

// FashionOptions say where [FashionMNIST] looks and where its messages go. The
// zero value looks everywhere.
type FashionOptions struct {
	// Dir is the directory that holds the four files, named as in the set's
	// repository, with .gz or decompressed. If it is set, nothing else is
	// tried: no download and no fallback.
	Dir string

	Cache string // directory for downloads; if empty, descent/fashion-mnist in [os.UserCacheDir]

	// Mirrors are the addresses to download from, in the order to try them,
	// each with the four files below it. If nil, those that the set's authors
	// name; if empty but not nil, nothing is downloaded.
	Mirrors []string

	Client *http.Client // if nil, one like [http.DefaultClient]

	// Progress, if not nil, is called as a download advances, from the
	// goroutine that called FashionMNIST.
	Progress func(Progress)

	// Notice is called with each message for the user, one line, such as that a
	// download begins or a damaged file was skipped. If nil, the messages go to
	// standard error.
	Notice func(line string)

	// Fallback provides other images if the set is not found; if nil, that is
	// an error. See package descent/datasets/sample.
	Fallback func() (train, test *Images, err error)
}

// Progress is how far the download of one file has come.
type Progress struct {
	File  string // its name
	URL   string // where it comes from
	Done  int64  // bytes, including those of an earlier attempt
	Total int64  // bytes, or -1 if the server does not say
}

// FashionMNIST is the Fashion-MNIST set of Xiao, Rasul and Vollgraf (2017,
// MIT license): 60,000 training and 10,000 test images of clothing, 28 × 28
// gray values, in ten classes. The shape of an input is [1 28 28]. Both parts
// together take 55 MB of memory.
//
// FashionMNIST reads it from FashionOptions.Dir if that is set. Otherwise it
// tries the user's cache, then /usr/share/datasets/fashion-mnist, where Debian's
// package dataset-fashion-mnist puts it, then a download into the cache (30 MB),
// and then FashionOptions.Fallback. [Images].Source says which one it was.
//
// Every file is verified by the SHA-256 sum of its decompressed bytes. A
// download has 5 seconds to connect to each mirror and 10 seconds for all. It
// resumes where an earlier one stopped, and a file gets its final name only
// after it is verified, so that several processes may download at once. After a
// mirror that cannot be reached, or that sends less than 8 KiB a second for 30
// seconds, the next one is tried.
//
// It is an error if Dir lacks a file or has a damaged one; if nothing is found
// and there is no fallback; and if ctx ends, which never uses the fallback.
func FashionMNIST(ctx context.Context, o FashionOptions) (train, test *Images, err error) {
	if ctx == nil {
		return nil, nil, errors.New("datasets: FashionMNIST: the context is nil: want e.g. context.Background()")
	}
	return finder{
		files:   fashionFiles(),
		system:  "/usr/share/datasets/fashion-mnist",
		connect: 5 * time.Second,
		budget:  10 * time.Second,
		period:  30 * time.Second,
		least:   30 * (8 << 10), // 8 KiB a second
	}.find(ctx, o)
}

// fashionMirrors are the hosts named by zalandoresearch/fashion-mnist, and
// its own copy of the files.
func fashionMirrors() []string {
	return []string{
		"http://fashion-mnist.s3-website.eu-central-1.amazonaws.com",
		"https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion",
	}
}

// finder is what tests change about the search.
type finder struct {
	files   []fashionFile
	system  string        // directory of the operating system's package
	connect time.Duration // for one attempt to connect
	budget  time.Duration // for all attempts to connect
	period  time.Duration // that a mirror has for this many bytes, or the file's last ones:
	least   int64         // if zero, for one
}

func (f finder) find(ctx context.Context, o FashionOptions) (train, test *Images, err error) {
	if o.Notice == nil {
		o.Notice = func(line string) { fmt.Fprintln(os.Stderr, line) }
	}
	if o.Dir != "" {
		if info, err := os.Stat(o.Dir); err != nil {
			return nil, nil, fmt.Errorf("datasets: FashionMNIST: the directory asked for: %w", err)
		} else if !info.IsDir() {
			return nil, nil, fmt.Errorf("datasets: FashionMNIST: %s is not a directory: want one with the set's four files", o.Dir)
		}
		set := readFashion(ctx, o.Dir, f.files)
		if err := set.err(); err != nil {
			return nil, nil, fmt.Errorf("datasets: FashionMNIST: %w", err)
		}
		return set.images(SourceDir, o.Dir)
	}
	train, test, reasons := f.search(ctx, o)
	switch {
	case train != nil:
		return train, test, nil
	case ctx.Err() != nil:
		return nil, nil, fmt.Errorf("datasets: FashionMNIST: %w", ctx.Err())
	case o.Fallback == nil:
		return nil, nil, fmt.Errorf("datasets: FashionMNIST: not found: %w; %s", reasons, advice)
	}
	train, test, err = o.Fallback()
	if err == nil && (train == nil || test == nil) {
		err = errors.New("it gave nil: want images")
	}
	if err != nil {
		return nil, nil, fmt.Errorf("datasets: FashionMNIST: not found: %w; %w", reasons, prefix.Error("fallback", err))
	}
	o.Notice(fmt.Sprintf("Fashion-MNIST: using the %s of %d training and %d test images, as the full set was not found: %s; %s",
		train.Source, train.Len(), test.Len(), oneLine(reasons), advice))
	return train, test, nil
}

const advice = "for the full set install Debian's package dataset-fashion-mnist, or get the four files and name their directory (FashionOptions.Dir; -data DIR)"

// search tries the places that need not be named, one after another.
func (f finder) search(ctx context.Context, o FashionOptions) (train, test *Images, reasons joinedError) {
	try := func(dir string, source Source, set fashionSet, err error) bool {
		if err == nil {
			train, test, err = set.images(source, dir)
		}
		if err != nil {
			reasons = append(reasons, err)
		}
		return err == nil
	}
	look := func(dir string, source Source) bool {
		set := readFashion(ctx, dir, f.files)
		err := set.err()
		if missing := (*missingError)(nil); errors.As(err, &missing) {
			if len(missing.names) == len(f.files) {
				err = &missingError{dir: dir}
			}
		} else if err != nil && ctx.Err() == nil {
			o.Notice("Fashion-MNIST: skipped: " + oneLine(err))
		}
		return try(dir, source, set, err)
	}
	cache, err := o.cache()
	if err != nil {
		reasons = append(reasons, fmt.Errorf("there is no cache directory: %w", err))
	}
	if cache != "" && look(cache, SourceCache) || look(f.system, SourceSystem) {
		return train, test, nil
	}
	if cache != "" && ctx.Err() == nil && (o.Mirrors == nil || len(o.Mirrors) > 0) {
		set, err := f.download(ctx, cache, o)
		if err != nil {
			err = fmt.Errorf("download: %w", err)
		}
		try(cache, SourceDownload, set, err)
	}
	return train, test, reasons
}

// cache is the directory for downloads.
func (o FashionOptions) cache() (string, error) {
	if o.Cache != "" {
		return o.Cache, nil
	}
	dir, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	return filepath.Join(dir, "descent", "fashion-mnist"), nil
}

// joinedError is several errors on one line.
type joinedError []error

func (e joinedError) Unwrap() []error { return e }

func (e joinedError) Error() string {
	s := make([]string, len(e))
	for i, err := range e {
		s[i] = err.Error()
	}
	return strings.Join(s, "; ")
}

// oneLine is the error's message without line breaks.
func oneLine(err error) string { return strings.Join(strings.Fields(err.Error()), " ") }
