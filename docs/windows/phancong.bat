@echo off
rem Chia ho cho nguoi phu trach / Assign households to members.
rem Dat tep nay canh danh sach, roi bam dup. Put this file beside the list, then double-click it.
setlocal
chcp 65001 > nul
set PYTHONUTF8=1
cd /d "%~dp0" || goto elsewhere

py -3 -c "import sys; sys.exit(sys.version_info < (3, 11))" 2> nul
if errorlevel 1 (
    echo Chua co Python 3.11 tro len. Hay cai tu python.org, roi chay lai.
    echo Python 3.11 or later is missing. Install it from python.org, then run this again.
    pause
    exit /b 1
)

if not exist ".phancong\Scripts\phancong.exe" (
    echo Dang cai dat, chi lan dau... / Installing, the first time only...
    py -3 -m venv .phancong || goto failed
    call :install || goto failed
)

rem No block in brackets from here on: a name such as "list (1).xlsx" would end it.
set "LIST=%~1"
if not defined LIST set /p "LIST=Ten tep danh sach / Name of the list (Enter: danh_sach.xlsx): "
if defined LIST set "LIST=%LIST:"=%"
if not defined LIST set "LIST=danh_sach.xlsx"
if exist "%LIST%" goto plan
echo Chua co tep nay: ghi mot tep mau de dien. / There is no such file: writing a workbook to fill in.
".phancong\Scripts\phancong.exe" template "%LIST%" --lang vi || goto failed
start "" "%LIST%"
pause
exit /b 0

:plan
".phancong\Scripts\phancong.exe" lists "%LIST%" --lang vi || goto failed
set "BEFORE="
rem Phuong an nam truoc / Last year's plan.
if exist "nam_truoc.json" set "BEFORE=--previous nam_truoc.json --gone end"
".phancong\Scripts\phancong.exe" plan "%LIST%" -o phuong_an --lang vi --seconds 60 %BEFORE% || goto failed
start "" "phuong_an\plan.html"
start "" "phuong_an\plan.xlsx"
pause
exit /b 0

:elsewhere
echo Hay chep thu muc nay vao o dia cua may nay. / Copy this folder to a disk of this computer.
pause
exit /b 1

:failed
echo.
echo Co cho phai sua, xem cac dong o tren. / Something has to be corrected, see the lines above.
pause
exit /b 1

:install
rem A wheel or a folder "phancong" beside this file comes before the package index.
set "SOURCE=phancong"
if exist "phancong\pyproject.toml" set "SOURCE=.\phancong"
for %%F in (phancong-*.whl) do set "SOURCE=.\%%F"
".phancong\Scripts\python.exe" -m pip install --quiet "%SOURCE%[excel,word]"
exit /b %errorlevel%
