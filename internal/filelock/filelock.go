// Package filelock keeps a second process from a file.
package filelock

import "os"

// Try locks an open file unless another process has, or the same one by
// another opening, and says whether the caller may go on. The lock ends when
// the file is closed, or with the process, however that ends. Where the system
// or the file system has no locks it is always true.
func Try(f *os.File) bool { return try(f) }
