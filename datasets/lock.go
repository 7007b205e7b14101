package datasets

import (
	"context"
	"os"
	"path/filepath"
	"time"

	"descent/internal/filelock"
)

// lockDir lets one process at a time download to a directory. It calls
// waiting, once, if another one is at it. The lock ends with the process that
// holds it, however that ends; where the system has no such lock it is not
// waited for, and the checksums alone stand between two processes.
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
