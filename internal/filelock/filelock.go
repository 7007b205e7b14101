// Package filelock locks files between processes.
package filelock

import "os"

// Try tries to lock an open file and reports whether the caller may proceed. It
// returns false if another process has locked the file, or the same process through
// another open call. Closing the file releases the lock, as does the end of the
// process. Try returns true on systems and file systems without locks.
func Try(f *os.File) bool { return try(f) }
