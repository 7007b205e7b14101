package datasets

import (
	"context"
	"os"
	"path/filepath"
	"time"

	"descent/internal/filelock"
)

// lockDir lets one process at a time download to a directory. It calls waiting once
// if another process is downloading. The lock ends with the process that holds it,
// however that ends. If the system has no such lock, lockDir does not wait, and only
// the checksums guard against concurrent downloads.
func lockDir(ctx context.Context, dir string, waiting func()) (unlock func(), err error) {
	f, err := os.OpenFile(filepath.Join(dir, ".lock"), os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, &cacheError{err}
	}
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for first := true; !filelock.Try(f); first = false {
		if first {
			waiting()
		}
		select {
		case <-ctx.Done():
			_ = f.Close()
			return nil, ctx.Err()
		case <-tick.C:
		}
	}
	return func() { _ = f.Close() }, nil // closing it unlocks it
}
