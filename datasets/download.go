package datasets

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// download completes the set in the cache directory, from whichever mirror has the
// missing files.
func (f finder) download(ctx context.Context, dir string, o FashionOptions) (set knownSet, err error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return set, &cacheError{err}
	}
	unlock, err := lockDir(ctx, dir, func() {
		o.Notice(f.title + ": waiting for another process that downloads to " + dir)
	})
	if err != nil {
		return set, err
	}
	defer unlock()
	set = readKnown(ctx, dir, f.files) // another process may have been faster
	d := downloader{finder: f, dir: dir, client: o.Client, progress: o.Progress, notice: o.Notice}
	if d.client == nil {
		d.client = &http.Client{}
		if t, ok := http.DefaultTransport.(*http.Transport); ok {
			d.client.Transport = t.Clone()
			defer d.client.CloseIdleConnections()
		}
	}
	mirrors := o.Mirrors
	if mirrors == nil {
		mirrors = f.mirrors
	}
	var errs joinedError
	for _, mirror := range mirrors {
		errs = append(errs, d.fromMirror(ctx, strings.TrimSuffix(mirror, "/"), &set)...)
		if set.err() == nil {
			return set, nil
		}
		if unwritable := (*cacheError)(nil); ctx.Err() != nil || errors.As(errs, &unwritable) {
			break
		}
	}
	return set, errs
}

// cacheError says that the directory cannot be written to, for example because it is
// read-only or full. Another file or mirror would not help.
type cacheError struct{ err error }

func (e *cacheError) Error() string { return "the cache is not writable: " + e.err.Error() }
func (e *cacheError) Unwrap() error { return e.err }

// downloader fetches files into one directory.
type downloader struct {
	finder
	dir       string
	client    *http.Client
	progress  func(Progress)
	notice    func(string)
	announced bool          // that it downloads
	connected time.Duration // spent on attempts to connect
}

// fromMirror fetches the missing files of the set. It gives up on a mirror that is
// unreachable or slow, which would delay the other files too. It continues after a
// file that is wrong on the mirror.
func (d *downloader) fromMirror(ctx context.Context, mirror string, set *knownSet) (errs []error) {
	for i, f := range set.files {
		if set.errs[i] == nil {
			continue
		}
		data, err := d.file(ctx, mirror, f)
		if err == nil {
			set.data[i], set.errs[i] = data, nil
			continue
		}
		errs = append(errs, fmt.Errorf("%s/%s.gz: %w", mirror, f.name, err))
		unreachable, slow, unwritable := (*connectError)(nil), (*slowError)(nil), (*cacheError)(nil)
		if errors.As(err, &unreachable) || errors.As(err, &slow) || errors.As(err, &unwritable) || ctx.Err() != nil {
			break
		}
	}
	return errs
}

// file fetches one file, resuming from a part of it if there is one, and gives it
// its final name once it is verified.
func (d *downloader) file(ctx context.Context, mirror string, f knownFile) ([]byte, error) {
	const attempts = 5
	name := f.name + ".gz"
	part := d.part(mirror, name)
	limit := int64(f.size()) + 1<<20 // compressed, it is smaller than that
	for attempt := 1; ; attempt++ {
		before := fileSize(part)
		err := d.get(ctx, mirror+"/"+name, part, limit)
		if err == nil {
			var data []byte
			if data, err = verifiedPart(ctx, part, f); err == nil {
				return data, d.publish(part, name)
			}
			if ctx.Err() != nil {
				return nil, ctx.Err() // the part may be right
			}
			// Complete but wrong: the fault of the server or of the existing part.
			if removeErr := os.Remove(part); removeErr != nil {
				return nil, joinedError{err, &cacheError{removeErr}}
			}
			if before == 0 || attempt == attempts {
				return nil, err
			}
			continue
		}
		if tooLong := (*tooLongError)(nil); errors.As(err, &tooLong) {
			_ = os.Remove(part) // there may be none yet
		}
		interrupted, slow := (*transferError)(nil), (*slowError)(nil)
		again := errors.As(err, &interrupted) && (interrupted.restart || fileSize(part) > before) && !errors.As(err, &slow)
		if !again || attempt == attempts || ctx.Err() != nil {
			return nil, err
		}
	}
}

// part returns the name of the partial download of a file. It belongs to a mirror,
// since another mirror may have compressed the file differently.
func (d *downloader) part(mirror, name string) string {
	sum := sha256.Sum256([]byte(mirror))
	return filepath.Join(d.dir, fmt.Sprintf("%s.%x.part", name, sum[:4]))
}

func verifiedPart(ctx context.Context, part string, f knownFile) ([]byte, error) {
	file, err := os.Open(part)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return f.verified(contextReader{ctx, file})
}

// publish gives the verified part its final name, and removes the parts of the same
// file from other mirrors.
func (d *downloader) publish(part, name string) error {
	if err := os.Rename(part, filepath.Join(d.dir, name)); err != nil {
		return &cacheError{err}
	}
	others, _ := filepath.Glob(filepath.Join(d.dir, name+".*.part"))
	for _, o := range others {
		_ = os.Remove(o) // of no use, and no harm
	}
	return nil
}

// fileSize returns the size of a file, or zero if it does not exist.
func fileSize(name string) int64 {
	info, err := os.Stat(name)
	if err != nil {
		return 0
	}
	return info.Size()
}
