package datasets

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"os"
	"path"
	"strings"
)

// connectError says that a mirror was not reached or did not answer.
type connectError struct{ err error }

// Error names the host and the innermost cause. The layers between, each with its
// addresses, are no help.
func (e *connectError) Error() string {
	inner, where := e.err, ""
	for err := e.err; err != nil; err = errors.Unwrap(err) {
		inner = err
		if u, ok := err.(*url.Error); ok {
			if parsed, err := url.Parse(u.URL); err == nil {
				where = parsed.Host + ": "
			}
		}
	}
	message := inner.Error()
	if dns, ok := inner.(*net.DNSError); ok {
		message = dns.Err
	}
	if i := strings.LastIndex(message, ": "); i >= 0 && strings.HasPrefix(message, "dial ") {
		message = message[i+2:]
	}
	return where + message
}
func (e *connectError) Unwrap() error { return e.err }

// transferError says that a transfer was interrupted and can be resumed, or that the
// part on disk is useless and the transfer can start over.
type transferError struct {
	err     error
	restart bool
}

func (e *transferError) Error() string { return e.err.Error() }
func (e *transferError) Unwrap() error { return e.err }

// tooLongError says that a server sends more bytes than the file can have.
type tooLongError struct{ bytes, limit int64 }

func (e *tooLongError) Error() string {
	return fmt.Sprintf("%d bytes or more: want %d or fewer", e.bytes, e.limit)
}

// get appends the missing contents of the address to the part, or rewrites the part if
// the server does not resume. When get returns, with or without an error, all bytes
// that have arrived are on disk.
func (d *downloader) get(parent context.Context, address, part string, limit int64) error {
	ctx, cancel := context.WithCancelCause(parent)
	defer cancel(nil)
	guard := &guard{d: d, cancel: cancel}
	defer guard.stop()

	have := fileSize(part)
	req, err := http.NewRequestWithContext(httptrace.WithClientTrace(ctx, guard.trace()), http.MethodGet, address, nil)
	if err != nil {
		return &connectError{err}
	}
	req.Header.Set("Accept-Encoding", "identity") // the file's own bytes
	if have > 0 {
		req.Header.Set("Range", fmt.Sprintf("bytes=%d-", have))
	}
	if err := guard.connecting(); err != nil {
		return &connectError{err}
	}
	resp, err := d.client.Do(req)
	guard.connected()
	if err != nil {
		return &connectError{cause(ctx, err)}
	}
	defer resp.Body.Close()

	have, err = d.offset(resp, part, have)
	if err != nil {
		return err
	}
	total := int64(-1)
	if resp.ContentLength > limit-have {
		return &tooLongError{resp.ContentLength, limit - have}
	}
	if resp.ContentLength >= 0 {
		total = have + resp.ContentLength
	}
	if !d.announced {
		d.announced = true
		d.notice(fmt.Sprintf("%s: downloading the full set (%s) from %s to %s", d.title, d.size, req.URL.Host, d.dir))
	}
	return d.copy(ctx, resp.Body, part, have, limit, func(done int64) {
		guard.arrived(done - have)
		if d.progress != nil {
			d.progress(Progress{File: path.Base(req.URL.Path), URL: address, Done: done, Total: total})
		}
	})
}

// offset returns the offset in the file at which the answer's body begins.
func (d *downloader) offset(resp *http.Response, part string, have int64) (int64, error) {
	switch resp.StatusCode {
	case http.StatusOK: // the complete file, whether or not a range was requested
		return 0, nil
	case http.StatusPartialContent:
		var first, last int64
		if _, err := fmt.Sscanf(resp.Header.Get("Content-Range"), "bytes %d-%d/", &first, &last); err == nil && first == have && have > 0 {
			return have, nil
		}
		return 0, d.restart(part, fmt.Errorf("Content-Range %s: want one from byte %d", quoted(resp.Header.Get("Content-Range")), have))
	case http.StatusRequestedRangeNotSatisfiable:
		return 0, d.restart(part, fmt.Errorf("HTTP %d: there is no byte %d", resp.StatusCode, have))
	}
	return 0, fmt.Errorf("HTTP %d %s: want 200 OK", resp.StatusCode, http.StatusText(resp.StatusCode))
}

// restart discards the part. Without a part there is nothing to retry.
func (d *downloader) restart(part string, err error) error {
	if removeErr := os.Remove(part); removeErr != nil {
		return err
	}
	return &transferError{err, true}
}

// copy writes the body into the part from the offset on.
func (d *downloader) copy(ctx context.Context, body io.Reader, part string, offset, limit int64, progress func(done int64)) (err error) {
	file, err := os.OpenFile(part, os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return &cacheError{err}
	}
	defer func() {
		if late := errors.Join(file.Sync(), file.Close()); late != nil && err == nil {
			err = &cacheError{late}
		}
	}()
	if err := file.Truncate(offset); err != nil {
		return &cacheError{err}
	}
	if _, err := file.Seek(offset, io.SeekStart); err != nil {
		return &cacheError{err}
	}
	buf := make([]byte, 1<<16)
	for {
		n, readErr := body.Read(buf)
		if offset+int64(n) > limit {
			return &tooLongError{offset + int64(n), limit}
		}
		if _, err := file.Write(buf[:n]); err != nil {
			return &cacheError{err}
		}
		offset += int64(n)
		progress(offset)
		if readErr == io.EOF {
			return nil
		}
		if readErr != nil {
			return &transferError{fmt.Errorf("after %d bytes: %w", offset, cause(ctx, readErr)), false}
		}
	}
}

// cause returns the context's cause if that is the reason for the error. Otherwise it
// returns the error without the address, with which our messages begin.
func cause(ctx context.Context, err error) error {
	if c := context.Cause(ctx); c != nil {
		return c
	}
	if u := (*url.Error)(nil); errors.As(err, &u) {
		return u.Err
	}
	return err
}
