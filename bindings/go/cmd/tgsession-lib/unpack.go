package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// unpack writes an archive's files into a folder, without the archive's one top folder.
func unpack(content []byte, folder string) error {
	if bytes.HasPrefix(content, []byte("PK")) {
		return unpackZip(content, folder)
	}
	return unpackTar(content, folder)
}

func unpackTar(content []byte, folder string) error {
	plain, err := gzip.NewReader(bytes.NewReader(content))
	if err != nil {
		return fmt.Errorf("the archive is neither .tar.gz nor .zip: %w", err)
	}
	files := tar.NewReader(plain)
	for {
		header, err := files.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		path, err := inside(folder, header.Name)
		if err != nil {
			return err
		}
		switch header.Typeflag {
		case tar.TypeReg:
			err = write(path, header.FileInfo().Mode(), files)
		case tar.TypeSymlink:
			err = link(path, header.Linkname)
		}
		if err != nil {
			return err
		}
	}
}

func unpackZip(content []byte, folder string) error {
	archive, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		return err
	}
	for _, file := range archive.File {
		if file.FileInfo().IsDir() {
			continue
		}
		path, err := inside(folder, file.Name)
		if err != nil {
			return err
		}
		opened, err := file.Open()
		if err != nil {
			return err
		}
		err = write(path, file.Mode(), opened)
		opened.Close()
		if err != nil {
			return err
		}
	}
	return nil
}

// inside is where a file of an archive goes. A name that leads out of the folder is an error.
func inside(folder, name string) (string, error) {
	_, below, _ := strings.Cut(strings.TrimPrefix(name, "./"), "/")
	below = filepath.FromSlash(below)
	if below != "" && !filepath.IsLocal(below) {
		return "", fmt.Errorf("the archive has a file outside of itself: %q", name)
	}
	return filepath.Join(folder, below), nil
}

func write(path string, mode fs.FileMode, content io.Reader) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	file, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, mode.Perm())
	if err != nil {
		return err
	}
	_, err = io.Copy(file, content)
	return errors.Join(err, file.Close())
}

// Only a name beside the link: the shared library under its other names.
func link(path, target string) error {
	if target != filepath.Base(target) || !filepath.IsLocal(target) {
		return fmt.Errorf("the archive has a link that leads elsewhere: %q", target)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return os.Symlink(target, path)
}
