package datasets

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"descent/internal/prefix"
)

// find finds a set as [FashionMNIST] and [MNIST] document.
func find(ctx context.Context, k known, o FashionOptions) (train, test *Images, err error) {
	if ctx == nil {
		return nil, nil, fmt.Errorf("datasets: %s: the context is nil: want e.g. context.Background()", k.function)
	}
	return finder{
		known:   k,
		connect: 5 * time.Second,
		budget:  10 * time.Second,
		period:  30 * time.Second,
		least:   30 * (8 << 10), // 8 KiB a second
	}.find(ctx, o)
}

// finder has the settings of the search that tests change.
type finder struct {
	known
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
			return nil, nil, fmt.Errorf("datasets: %s: the requested directory: %w", f.function, err)
		} else if !info.IsDir() {
			return nil, nil, fmt.Errorf("datasets: %s: %s is not a directory: want one with the set's four files", f.function, o.Dir)
		}
		set := readKnown(ctx, o.Dir, f.files)
		if err := set.err(); err != nil {
			return nil, nil, fmt.Errorf("datasets: %s: %w", f.function, err)
		}
		return set.images(f.classes, SourceDir, o.Dir)
	}
	train, test, reasons := f.search(ctx, o)
	switch {
	case train != nil:
		return train, test, nil
	case ctx.Err() != nil:
		return nil, nil, fmt.Errorf("datasets: %s: %w", f.function, ctx.Err())
	case o.Fallback == nil:
		return nil, nil, fmt.Errorf("datasets: %s: not found: %w; %s", f.function, reasons, f.advice)
	}
	train, test, err = o.Fallback()
	if err == nil && (train == nil || test == nil) {
		err = errors.New("it returned nil: want images")
	}
	if err != nil {
		return nil, nil, fmt.Errorf("datasets: %s: not found: %w; %w", f.function, reasons, prefix.Error("fallback", err))
	}
	o.Notice(fmt.Sprintf("%s: using the %s of %d training and %d test images, as the full set was not found: %s; %s",
		f.title, train.Source, train.Len(), test.Len(), oneLine(reasons), f.advice))
	return train, test, nil
}

// search tries the default places in order.
func (f finder) search(ctx context.Context, o FashionOptions) (train, test *Images, reasons joinedError) {
	try := func(dir string, source Source, set knownSet, err error) bool {
		if err == nil {
			train, test, err = set.images(f.classes, source, dir)
		}
		if err != nil {
			reasons = append(reasons, err)
		}
		return err == nil
	}
	look := func(dir string, source Source) bool {
		set := readKnown(ctx, dir, f.files)
		err := set.err()
		if missing := (*missingError)(nil); errors.As(err, &missing) {
			if len(missing.names) == len(f.files) {
				err = &missingError{dir: dir}
			}
		} else if err != nil && ctx.Err() == nil {
			o.Notice(f.title + ": skipped: " + oneLine(err))
		}
		return try(dir, source, set, err)
	}
	cache, err := o.cache(f.folder)
	if err != nil {
		reasons = append(reasons, fmt.Errorf("there is no cache directory: %w", err))
	}
	if cache != "" && look(cache, SourceCache) || f.system != "" && look(f.system, SourceSystem) {
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
func (o FashionOptions) cache(folder string) (string, error) {
	if o.Cache != "" {
		return o.Cache, nil
	}
	dir, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	return filepath.Join(dir, "descent", folder), nil
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
